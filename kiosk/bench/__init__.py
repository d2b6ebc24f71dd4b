"""What the machine that it runs on can do: `ronde bench`. Loopback only; every number is measured, none assumed."""
