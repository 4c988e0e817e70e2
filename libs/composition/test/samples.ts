import type { Instant, LocalDate, Uuid } from '@yoyaku/kernel';
import ts from 'typescript';
import events from '../events.json';

/** What the fields of samples are filled with. */
export interface Values {
  readonly id: (field: string) => Uuid;
  readonly text: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly date: LocalDate;
  /** Of money, in minor units. */
  readonly amount: number;
  /** Of everything that is counted. */
  readonly count: number;
}

/** Texts that are not free: what reads the field takes no other. */
const WORDS: Readonly<Record<string, string>> = {
  timeZone: 'Asia/Tokyo',
  currency: 'JPY',
  opens: '00:00',
  starts: '00:00',
  closes: '24:00',
  ends: '24:00',
};

/** Fields with the later one of two moments. */
const ENDS = /^(end|until|expiresAt|trialEndsAt)$/;

/** What an event of that type may say, made of the shape that `events.json` has of it: with every field, nothing `null`. */
export function sampleOf(type: string, values: Values): object {
  const { shape } = (events as Readonly<Record<string, { readonly shape: string }>>)[type] ?? {};
  if (shape === undefined) throw new Error(`events.json does not have ${type}`);
  return madeOf(nodes.getOrInsertComputed(shape, parsed), '', values) as object;
}

/** By the shape, so that each is parsed once. */
const nodes = new Map<string, ts.TypeNode>();

function parsed(shape: string): ts.TypeNode {
  const [declaration] = ts.createSourceFile('shape.ts', `type Shape = ${shape}`, ts.ScriptTarget.ESNext).statements;
  return (declaration as ts.TypeAliasDeclaration).type;
}

/** @param field the name of the field that has this type */
function madeOf(node: ts.TypeNode, field: string, values: Values): unknown {
  if (ts.isParenthesizedTypeNode(node)) return madeOf(node.type, field, values);
  if (ts.isArrayTypeNode(node)) return [madeOf(node.elementType, field.replace(/s$/, ''), values)];
  if (ts.isUnionTypeNode(node)) return madeOf(node.types.find(isSomething) as ts.TypeNode, field, values);
  if (ts.isLiteralTypeNode(node)) return literalOf(node);
  if (ts.isTypeLiteralNode(node)) return Object.fromEntries(node.members.map((member) => fieldOf(member, values)));
  if (ts.isTypeReferenceNode(node)) return namedOf((node.typeName as ts.Identifier).text, field, values);
  // A local date is a text of three numbers.
  if (ts.isTemplateLiteralTypeNode(node)) return values.date;
  if (node.kind === ts.SyntaxKind.NumberKeyword) return field === 'amount' ? values.amount : values.count;
  if (node.kind === ts.SyntaxKind.StringKeyword) return WORDS[field] ?? values.text;
  throw new Error(`No sample of the field ${field}: its type is new here`);
}

function fieldOf(member: ts.TypeElement, values: Values): [name: string, value: unknown] {
  const { name, type } = member as ts.PropertySignature;
  const field = (name as ts.Identifier).text;
  return [field, madeOf(type as ts.TypeNode, field, values)];
}

/** Whether a part of a union is neither `null`, `undefined` nor `false`. */
const isSomething = (node: ts.TypeNode): boolean =>
  node.kind !== ts.SyntaxKind.UndefinedKeyword && !(ts.isLiteralTypeNode(node) && !literalOf(node));

const literalOf = ({ literal }: ts.LiteralTypeNode): unknown => {
  if (ts.isStringLiteral(literal)) return literal.text;
  return ts.isNumericLiteral(literal) ? Number(literal.text) : literal.kind === ts.SyntaxKind.TrueKeyword;
};

function namedOf(type: string, field: string, { id, start, end }: Values): unknown {
  if (type === 'Uuid') return id(field);
  if (type === 'Instant') return ENDS.test(field) ? end : start;
  throw new Error(`No sample of ${type}, which ${field} is`);
}

/** By category, the field of an event's data that names the instance whose stream it is in. */
const INSTANCE: Readonly<Record<string, string>> = {
  user: 'userId',
  business: 'businessId',
  member: 'memberId',
  resource: 'resourceId',
  exception: 'exceptionId',
  service: 'serviceId',
  policy: 'policyId',
  default_policy: 'businessId',
  customer: 'customerId',
  note: 'noteId',
  blocklist: 'businessId',
  booking: 'bookingId',
  calendar: 'resourceId',
  series: 'seriesId',
  waitlist: 'serviceId',
  ticket: 'entryId',
  agenda: 'userId',
  disclosure: 'disclosureId',
  notification: 'notificationId',
  announcement: 'announcementId',
  preferences: 'userId',
  vertical: 'verticalId',
  apikey: 'keyId',
};

/** The id of the stream, of that category, that an event with such data is in. */
export const instanceOf = (category: string, data: object): string =>
  String((data as Record<string, unknown>)[INSTANCE[category] ?? 'owner']);
