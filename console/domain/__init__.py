"""Rules of the desk: values, commands, permissions, money and time as people write them. No Qt, no network, no clock."""
