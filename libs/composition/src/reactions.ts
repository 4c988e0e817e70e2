import { bookingReactions } from '@yoyaku/booking';
import { businessReactions } from '@yoyaku/business';
import { notificationsReactions } from '@yoyaku/notifications';
import type { AnyProjection } from '@yoyaku/projecting';
import { type AnyReaction, projectionOf } from '@yoyaku/reacting';
import { projections } from './projections';

const reactions: readonly AnyReaction[] = [...businessReactions, ...bookingReactions, ...notificationsReactions];

/** All that a projector runs: read models, and reactions, whose rows are jobs. */
export const projectionsAndReactions: readonly AnyProjection[] = [...projections, ...reactions.map(projectionOf)];
