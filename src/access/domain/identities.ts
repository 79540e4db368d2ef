/** More ways to sign in than anybody has, and few enough that each is known. */
export const MOST_IDENTITIES = 5;
