/** What the process exits with. */
export const ExitCode = {
  done: 0,
  /** What was looked at is not as it should be: history broken, read models that differ, a rebuild that failed. */
  notWell: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** There is no such thing, or it is in no state for this. */
  refused: 3,
  /** A server does not answer, or lets us not in, or a setting is wrong. */
  hindered: 4,
  /** Nobody foresaw this: a defect, most likely. */
  unforeseen: 5,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
