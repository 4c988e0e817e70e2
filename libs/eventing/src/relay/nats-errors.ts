import { NatsError } from 'nats';

/** Whether the error comes from NATS or its client. */
export const isOfNats = (error: unknown): error is Error => error instanceof NatsError;

/** Whether the stream, or the message, that was asked for is not there. */
export const isMissing = (error: unknown): boolean => error instanceof NatsError && error.api_error?.code === 404;

/** JetStream's code for a message that does not follow the last one. */
const WRONG_LAST_SEQUENCE = 10_071;

/** Whether a message was refused because the last message of the stream is not the one that it must follow. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;

/** Throws the error with JetStream's own words: the client gives some refusals their status (503) as message. */
export function inWords(error: unknown): never {
  if (error instanceof NatsError && error.api_error) error.message = error.api_error.description;
  throw error;
}
