/**
 * How Node runs a server of ours; the Dockerfile and compose.yml say the same.
 *
 * V8's memory reducer collects all that it can when nothing was asked for some seconds, and with it what compiled code
 * relies on, which is thrown away: the next thousand requests cost half as much again, until all was compiled anew. And
 * what a request needs lives as long as the request, which by default is longer than its young generation lasts; with
 * room for more of them little is copied to the old one. Together they may keep some 200 MB in a busy process,
 * which is an estimate.
 */
export const NODE_OPTIONS: readonly string[] = ['--no-memory-reducer', '--max-semi-space-size=64'];
