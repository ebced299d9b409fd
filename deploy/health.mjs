// A container's health: whether its service can do its work. Exit code 0 or 1, as Docker asks for it.
const { INTERNAL_PORT } = process.env;
try {
  const response = await fetch(`http://127.0.0.1:${INTERNAL_PORT}/readyz`, { signal: AbortSignal.timeout(5_500) });
  console.log(await response.text());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.log(`no answer on port ${INTERNAL_PORT}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
