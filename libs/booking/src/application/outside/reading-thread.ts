import { parentPort, workerData } from 'node:worker_threads';
import { busyTimesOf, UnusableCalendar } from './busy-times';
import type { ReadingAnswer, ToRead } from './in-thread';

const { text, timeZone, now, own } = workerData as ToRead;
const isOwn = (uid: string): boolean => own.has(uid);

const tell = (answer: ReadingAnswer): void => parentPort?.postMessage(answer);

busyTimesOf(text, { timeZone, now, isOwn }).then(
  (found) => tell({ found }),
  (error) => {
    if (!(error instanceof UnusableCalendar)) throw error;
    tell({ unusable: error.code });
  },
);
