// Day or night: as the system has it, or as the reader chose.

import { storage } from "../dom.js";
import { repaint } from "../scene/palette.js";
import { sign } from "./icons.js";

const KEY = "mmod.theme";

/** The choices, in the order in which a press goes through them. */
const CHOICES = Object.freeze(["auto", "light", "dark"]);

const WORDS = Object.freeze({ auto: "Day and night as the system", light: "Day", dark: "Night" });

const root = document.documentElement;

/** What is chosen: `auto`, `light` or `dark`. */
export function theme() {
  return root.dataset.theme ?? "auto";
}

const buttons = () => document.querySelectorAll("[data-theme-toggle]");

function choose(choice) {
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  for (const button of buttons()) {
    button.replaceChildren(sign(choice));
    button.ariaLabel = button.title = `${WORDS[choice]}: change`;
  }
  repaint();
}

function chooseNext() {
  const choice = CHOICES[(CHOICES.indexOf(theme()) + 1) % CHOICES.length];
  storage("localStorage")?.setItem(KEY, choice);
  choose(choice);
}

/** Takes up what was chosen last time, and listens to the buttons. */
export function startTheme() {
  const chosen = storage("localStorage")?.getItem(KEY);
  choose(CHOICES.includes(chosen) ? chosen : "auto");
  for (const button of buttons()) button.addEventListener("click", chooseNext);
}
