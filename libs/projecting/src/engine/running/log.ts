/** What a projector has to say; pino's logger fits. */
export interface ProjectorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
