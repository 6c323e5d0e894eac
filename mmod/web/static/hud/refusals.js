// Why an item did not go where it was put, in words that name what was wrong.

import { REFUSALS, onSlot, round, sentence, slotName } from "../words.js";

const listed = (words, last = "or") =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;

/** The reasons that can say more than their code, by code, of `{catalogue, client, template, slot, compartment}`. */
const REASONS = Object.freeze({
  illegal_slot({ catalogue, template }) {
    const slots = catalogue.slots(template).map(onSlot);
    return slots.length ? `${REFUSALS.illegal_slot}, but ${listed(slots)}` : "it can only be carried";
  },
  skill_gate({ catalogue, client, template }) {
    const lacking = Object.entries(catalogue.skills(template)).filter(
      ([skill, level]) => !(client.skills[skill] >= level),
    );
    const asked = lacking.map(([skill, level]) => `${skill} ${level} is asked, you have ${client.skills[skill] ?? 0}`);
    return asked.length ? `${REFUSALS.skill_gate}: ${listed(asked, "and")}` : REFUSALS.skill_gate;
  },
  equip_locked({ client, slot }) {
    const left = client.cooldown(slot);
    return left > 0 ? `the ${slotName(slot)} has just been used; free in ${round(left)} s` : REFUSALS.equip_locked;
  },
  exceeds_bulk({ catalogue, template, compartment }) {
    const where = compartment ? ` in the ${slotName(compartment)}` : "";
    return `there is no room for it${where}: it takes ${round(catalogue.bulk(template))}`;
  },
  slot_empty({ slot }) {
    return `there is nothing in the ${slotName(slot)} slot`;
  },
});

/** A refusal with what it was about; `code` stays visible, for it is what the documentation speaks of. */
export function refusalWords({ code, message }, about) {
  const reason = REASONS[code]?.(about) ?? REFUSALS[code] ?? message;
  const name = about.template ? `${about.catalogue.name(about.template)}: ` : "";
  return sentence(`${name}${reason} (${code})`);
}
