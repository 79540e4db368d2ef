import { describe, expect, it } from '@jest/globals';
import { securityHeaders } from './security-headers.js';

const DEMONSTRATION = { secure: false, production: false };

describe('the security headers', () => {
  it('are made once for the sites that forms may lead to, and anew when these change', () => {
    const headers = securityHeaders(DEMONSTRATION);
    const before = headers(['https://one.example.org']);
    expect(headers(['https://one.example.org'])).toBe(before);
    expect(before['content-security-policy']).toContain("form-action 'self' https://one.example.org;");
    const after = headers(['https://one.example.org', 'https://two.example.org']);
    expect(after['content-security-policy']).toContain(
      "form-action 'self' https://one.example.org https://two.example.org;",
    );
    expect(headers([])['content-security-policy']).toContain("form-action 'self';");
  });

  it('forbid what no page of ours does', () => {
    expect(securityHeaders({ secure: true, production: true })([])).toEqual({
      'content-security-policy':
        "default-src 'self';base-uri 'none';object-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;form-action 'self';frame-ancestors 'none';upgrade-insecure-requests",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'permissions-policy':
        'camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    });
  });

  it('keep search engines out of everything but production, and ask for HTTPS only where it is', () => {
    const headers = securityHeaders(DEMONSTRATION)([]);
    expect(headers['x-robots-tag']).toBe('noindex');
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  });

  it('take no site that would end the directive', () => {
    expect(() => securityHeaders(DEMONSTRATION)(['https://one.example.org; script-src *'])).toThrow();
  });
});
