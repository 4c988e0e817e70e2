/**
 * How Node runs a server of ours. V8's memory reducer collects all that it can when nothing was asked for some seconds,
 * and with it what compiled code relies on, which is thrown away: the next thousand requests would take half as long
 * again, until all is compiled anew. What it would give back is some 60 MB of a process. The Dockerfile and compose.yml
 * say the same.
 */
export const NODE_OPTIONS: readonly string[] = ['--no-memory-reducer'];
