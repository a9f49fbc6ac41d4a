import type { Terminal } from "./terminal";

/**
 * A signal for everything that waits. At Ctrl-C the terminal tells Pulumi too, which ends its running steps and
 * saves its state: this process must live until then.
 */
export function interruptSignal(terminal: Terminal): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) terminal.say("stops after the running step; please wait");
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  return controller.signal;
}
