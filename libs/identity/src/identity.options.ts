/** What the context takes from the installation's configuration. */
export abstract class IdentityOptions {
  /** Root of keyed hashes. */
  abstract readonly appSecret: string;
  /** Signs access tokens. */
  abstract readonly jwtSecret: string;
  abstract readonly openRegistration: boolean;
  abstract readonly requireVerifiedEmail: boolean;
}
