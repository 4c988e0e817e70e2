/** What the process exits with. */
export const ExitCode = {
  done: 0,
  problemFound: 1,
  usageError: 2,
  refused: 3,
  unavailable: 4,
  internalError: 5,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** For `--help`. */
export const EXIT_CODE_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'when it is done, and what was looked at is as it should be',
  1: 'when history is broken, read models differ, a right is missing, or a rebuild failed or was given up',
  2: 'when the command line cannot be understood',
  3: 'when it is refused: there is no such thing, or it is in no state for this',
  4: 'when a server does not answer or does not let us in, or a setting is wrong',
  5: 'when something happened that nobody foresaw',
};
