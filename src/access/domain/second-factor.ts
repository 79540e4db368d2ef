/** What providers call a second factor where their entry says nothing: RFC 8176 and the REFEDS profile. */
const USUAL_VALUES: readonly string[] = ['mfa', 'otp', 'hwk', 'sc', 'https://refeds.org/profile/mfa'];

/** Whether a provider asserts that more than a password was asked for. */
export function hadSecondFactor(
  claims: Readonly<Record<string, unknown>>,
  values: readonly string[] = USUAL_VALUES,
): boolean {
  const asserted = [claims.amr, claims.acr].flat();
  return asserted.some((value) => typeof value === 'string' && values.includes(value));
}
