/** Prints the failed tests of a Jest report, each with the beginning of why. */
const { testResults } = require(process.argv[2]);

const ofSuite = ({ name, message, assertionResults }) => {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const reasons = failed.map(({ fullName, failureMessages: [reason = ''] }) => `${fullName}\n${reason}`);
  return (reasons.length ? reasons : [message]).map((text) => `FAILED: ${name}: ${text.slice(0, 1500)}\n`);
};
const failed = testResults.filter(({ status }) => status === 'failed');
process.stdout.write(failed.flatMap(ofSuite).join(''));
