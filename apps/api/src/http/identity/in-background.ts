import { Logger } from '@nestjs/common';

const logger = new Logger('Messages');

/** Sends a message after the answer, so that neither the answer nor its time tells whether there was one to send. */
export function inBackground(sending: Promise<void>): void {
  sending.catch((error) => logger.error(`A message was not sent: ${error}`));
}
