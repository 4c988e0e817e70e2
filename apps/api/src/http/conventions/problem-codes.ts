/**
 * Domain codes whose HTTP status does not follow from their last word. For all others: `*.not_found` is 404,
 * `request.*` 400, `*.forbidden` 403, `*.invalid_transition` and `*_taken` 409, every other rule of the domain 422.
 */
const STATUS: Readonly<Record<string, number>> = {
  'access.area': 403,
  'access.own': 403,
  'access.not_for_keys': 403,
  'api_key.already_made': 409,
  'api_key.may_do_more': 403,
  'auth.token_invalid': 401,
  'auth.key_invalid': 401,
  'id.malformed': 400,
  'series.invalid_rule': 400,
  'request.upgrade_required': 426,
  'live.too_many': 429,
  'auth.ticket_invalid': 401,
  'audit.verification_not_found': 404,
  'entity.not_there_yet': 404,
  'projection.rebuild_not_found': 404,
  'projection.not_skipped': 404,
  'availability.busy': 503,
  'projection.failed': 503,
  'projection.changed': 409,
  'projection.in_use': 409,
  'projection.not_failed': 409,
  'projection.not_running': 409,
  'projection.not_stopped': 409,
  'projection.rebuild_running': 409,
  'projection.verifying': 409,
  'identity.wrong_credentials': 401,
  'identity.session_expired': 401,
  'identity.token_reused': 401,
  'identity.phone_not_verified': 403,
  'identity.registration_closed': 403,
  'booking.abandoned': 409,
  'booking.already_ended': 409,
  'booking.already_started': 409,
  'booking.changed_meanwhile': 409,
  'booking.offer_changed': 409,
  'booking.series_clash': 409,
  'business.closed': 409,
  'role.in_use': 409,
  'vertical.in_use': 409,
  'member.already_assigned': 409,
  'member.already_owner': 409,
  'member.invitation_changed': 409,
  'member.not_invited': 403,
  'customer.already_linked': 409,
  'customer.erased': 409,
  'person.erased': 409,
};

const BY_REASON: readonly (readonly [RegExp, number])[] = [
  [/^request\./, 400],
  [/\.not_found$/, 404],
  [/\.forbidden$/, 403],
  [/(\.invalid_transition|_taken)$/, 409],
];

/** The HTTP status for a code of the domain. */
export const statusOf = (code: string): number =>
  STATUS[code] ?? BY_REASON.find(([reason]) => reason.test(code))?.[1] ?? 422;
