import { reservation } from '@yoyaku/eventing';
import { deriveUuid, type Uuid } from '@yoyaku/kernel';

/** Who owns a slug: a stream per slug. Slugs are public, so the stream's name needs no key. */
export const SlugReservation = reservation('slug', 'business.slug_taken');

export const slugId = (slug: string): Uuid => deriveUuid('slug', slug);
