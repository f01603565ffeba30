/** An answer that is not a success: the server's problem+json, or no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly trace: string = '',
  ) {
    super(message);
  }

  /** True where nobody can say whether the server acted: the connection failed before its answer. */
  get unconfirmed(): boolean {
    return this.status === 0;
  }

  /** The input field that the server names, e.g. `needs[0].count`. */
  get path(): string {
    return typeof this.details['path'] === 'string' ? this.details['path'] : '';
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const fallback = `The server answered ${response.status}`;
  try {
    const body = (await response.json()) as Record<string, unknown>;
    return new Problem(
      response.status,
      String(body['code'] ?? 'error'),
      String(body['message'] ?? body['detail'] ?? fallback),
      (body['details'] as Record<string, unknown> | undefined) ?? {},
      String(body['trace'] ?? ''),
    );
  } catch {
    return new Problem(response.status, 'error', fallback);
  }
}

/** Why no agreement lets the unit come, in words; empty where the problem is another one. */
export function heldBack(problem: Problem): string {
  const { reasons } = problem.details;
  if (problem.code !== 'not_permitted' || !Array.isArray(reasons)) return '';
  return reasons
    .flatMap((reason) => (reason?.sentence ? [String(reason.sentence)] : []))
    .join('; ');
}

/** Who was sooner, where somebody had answered already: their name, as far as it is known, and when. */
export interface Answered {
  state: string;
  by: string;
  at: string;
}

export function answeredBefore(problem: Problem): Answered | null {
  const { answered_by: by, answered_by_name: name, answered_at: at, state } = problem.details;
  if (typeof at !== 'string') return null;
  const who = String(name || by || '');
  return { state: String(state), by: who === 'service' ? '' : who, at };
}

/** What a 409 `unit_committed` says: who holds the unit, since when, and who comes next. */
export interface Held {
  unit: string;
  holder: string;
  since: string | null;
  alternatives: string[];
}

export function heldUnit(problem: Problem): Held | null {
  if (problem.code !== 'unit_committed') return null;
  const { unit_id, holder, since, alternatives } = problem.details;
  return {
    unit: String(unit_id ?? ''),
    holder: String(holder ?? ''),
    since: typeof since === 'string' ? since : null,
    alternatives: Array.isArray(alternatives) ? alternatives.map(String) : [],
  };
}
