declare const brand: unique symbol;

/** Text of one kind. Only the parser of that kind makes it, so the compiler accepts no other text in its place. */
export type Branded<Kind extends string> = string & { readonly [brand]: Kind };
