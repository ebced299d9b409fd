const POLL_MS = 500;

/**
 * Ends this process when the shell is gone through which npm runs it. npm hands a SIGTERM on to that shell alone, which ends
 * of it; whoever sent it would leave a process behind that nobody looks after.
 *
 * @param npmCommands by which npm may have run it: `exec` is npx. A process that was started in another way lives on
 * without its parent, as `nohup` wants it.
 */
export function endWithNpm(...npmCommands) {
  if (!npmCommands.includes(process.env.npm_command)) return;
  const shell = process.ppid;
  let isTold = false;
  const onSignal = (signal) => {
    isTold = true;
    if (process.listenerCount(signal) > 1) return;
    // Nobody else waits for it: it does what it does to any process.
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
  const watching = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watching);
    // A second signal would cut short what the first has begun.
    if (!isTold) process.kill(process.pid, 'SIGTERM');
  }, POLL_MS).unref();
}
