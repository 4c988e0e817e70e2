/** The log of a projector. A logger of pino fits. */
export interface ProjectorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
