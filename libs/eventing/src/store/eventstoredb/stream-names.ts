import { categoryOf } from '../../envelope/stored-event';

/**
 * Our names of streams: a category, and the id of an instance. They have no characters that NATS or a log could
 * misread.
 */
const NAME = /^[A-Za-z_]+-[\w-]{1,128}$/;
/**
 * Stands between an installation's prefix and the name. No category contains it, so no prefix can be the beginning of
 * another.
 */
const SEPARATOR = '.';
/** The beginning of the store's name for a stream that describes another. */
const DESCRIBES = '$$';

/** What our streams are called in a store that others use too. */
export class StreamNames {
  /** What all of them begin with there; empty when the installation has no prefix. */
  readonly beginning: string;

  /** @param categories those of our streams; absent: any may be one */
  constructor(
    prefix = '',
    private readonly categories?: ReadonlySet<string>,
  ) {
    this.beginning = prefix && `${prefix}${SEPARATOR}`;
  }

  inStore(stream: string): string {
    return this.beginning + stream;
  }

  /** What we call the stream that the store calls so; undefined when it cannot be one of ours. */
  ours(name: string): string | undefined {
    if (!name.startsWith(this.beginning)) return undefined;
    const stream = name.slice(this.beginning.length);
    return NAME.test(stream) ? stream : undefined;
  }

  /** What we call the stream that this one of the store describes; undefined when it describes none of ours. */
  described(name: string): string | undefined {
    return name.startsWith(DESCRIBES) ? this.ours(name.slice(DESCRIBES.length)) : undefined;
  }

  /** Beginnings of the names of our streams and of those that describe them. */
  get beginnings(): readonly string[] {
    return [this.beginning, DESCRIBES + this.beginning];
  }

  /** Whether the stream, as we call it, is of a kind that this build has. */
  isOfOurKind(stream: string): boolean {
    return this.categories?.has(categoryOf(stream)) ?? true;
  }
}
