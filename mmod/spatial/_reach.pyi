from mmod.spatial.reach import reached as reached
