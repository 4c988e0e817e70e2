import type { AnyProjection } from '../../projection';

/**
 * Of the engine itself: raised when workers of different builds could not share shards rightly, since what is stored of
 * them, or a function in PostgreSQL that moves them, changed. Functions are named by it, since an older process that
 * starts again would put its own back under the same name.
 */
export const ENGINE = 2;

/** What tells one definition of a projection from another. */
export interface Definition {
  readonly name: string;
  readonly version: number;
  /** Of its source; see `Projection`. */
  readonly digest: string;
}

export const definitionOf = ({ name, version, digest = '' }: AnyProjection): Definition => ({ name, version, digest });

/** How a projection of this build stands to what is installed. */
export type Standing =
  /** Installed as it is here. */
  | 'current'
  /** Here is a newer version: it is to be built beside the old one, if there is one. */
  | 'newer'
  /** A newer version is installed: this build is being replaced, and leaves it alone. */
  | 'older'
  /** The same version, but another definition: a mistake, and refused. */
  | 'changed';

export function standingOf(here: Definition, installed: Definition): Standing {
  if (here.version > installed.version) return 'newer';
  if (here.version < installed.version) return 'older';
  return here.digest === installed.digest ? 'current' : 'changed';
}

/** Partitions of a projection: all of the installation's, or one that takes everything. */
export const partitionsOf = ({ global }: AnyProjection, partitions: number): number => (global ? 1 : partitions);
