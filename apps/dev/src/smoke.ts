import { walkThrough } from './smoke-walk';
import { TemporaryInstallation } from './temporary-installation';
import { bookAndTell, ensureOneTrace } from './trace-walk';

/** Starts a whole installation in a temporary folder, uses it as a stranger would, and says how many steps worked. */
async function smoke(): Promise<{ passed: number; failed: number }> {
  const installation = await TemporaryInstallation.make();
  const count = { passed: 0, failed: 0 };
  const step = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    try {
      const result = await run();
      count.passed += 1;
      console.log(`ok      ${name}`);
      return result;
    } catch (error) {
      count.failed += 1;
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  };

  try {
    await step('start from nothing', () => installation.start());
    const readBack = await walkThrough(installation, step);
    await step('follow a booking in one trace, to its rows and to the reaction', async () =>
      ensureOneTrace(await bookAndTell(installation)),
    );
    await step('stop', () => installation.stop());
    await step('start again', () => installation.start());
    await step('read the booking back after the restart', readBack);
    await step('stop again', () => installation.stop());
  } catch {
    // The failed step has printed its reason. The steps after it cannot be tried.
  }
  await installation.remove();
  return count;
}

smoke().then(({ passed, failed }) => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
});
