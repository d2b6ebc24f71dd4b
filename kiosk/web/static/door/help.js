// The call is still open, or somebody came: then the family goes on where it was.

const EVERY_MS = 4_000;

export function enter(stage, shell) {
  const { page } = stage.querySelector(".coming").dataset;
  const timer = setInterval(async () => {
    try {
      const answer = await fetch("/door/help/status");
      if (answer.ok && !(await answer.json()).open) shell.go(page);
    } catch {
      // the hub is away: it is asked again
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}
