/** The ways to decide that a what-if can be played under (`WhatIfPolicy` of the server), in words. */
export const POLICIES: readonly { policy: string; words: string }[] = [
  { policy: 'closest', words: 'closest; neighbours when none is free' },
  { policy: 'closest_automatic', words: 'closest; automatic aid when sooner' },
  { policy: 'boundary_drop', words: 'closest; no borders for critical calls' },
  { policy: 'nearest_standby', words: 'no borders for critical calls, and standby' },
  { policy: 'telephone', words: 'closest; neighbours called one by one' },
  { policy: 'weighed', words: 'advice, without futures' },
  { policy: 'weighed_standby', words: 'advice, without futures, and standby' },
  { policy: 'rollouts', words: 'advice with futures (slow)' },
  { policy: 'recommended', words: 'advice with futures, and standby (slow)' },
];

export const policyWords = (policy: string): string =>
  POLICIES.find((one) => one.policy === policy)?.words ?? policy.replaceAll('_', ' ');
