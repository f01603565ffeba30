import { Problem } from '../wire/problem';
import type { AgreementsApi } from './api';
import {
  addableKinds,
  documentOf,
  newClause,
  nextClauseId,
  placeFor,
  sameDocument,
} from './document';
import { Latest } from './latest';
import { findingPath, inputPaths, ownFindings, sortByPlace } from './places';
import { sha256Hex } from './hash';
import type {
  AgreementDoc,
  AgreementRow,
  CheckAnswer,
  CheckError,
  ClauseDoc,
  Finding,
  FormInfo,
  KindInfo,
} from './types';

export type CheckState = 'waiting' | 'checked' | 'unreachable';

/** One agreement under the pen: the document, and what the server says about it as it is typed. */
export class Draft {
  doc = $state<AgreementDoc>() as AgreementDoc;
  check = $state.raw<CheckAnswer | null>(null);
  checkState = $state<CheckState>('waiting');
  /** Null where this server has no linter. */
  findings = $state.raw<Finding[] | null>([]);

  private readonly saved: AgreementDoc;
  private readonly checker: Latest<AgreementDoc, CheckAnswer>;
  private readonly linter: Latest<AgreementDoc, Finding[]>;

  dirty = $derived.by(() => !sameDocument(this.doc, this.saved));
  known = $derived.by(() => inputPaths(this.doc, this.form));
  errors = $derived.by<CheckError[]>(() => this.check?.errors ?? []);
  errorsByPlace = $derived.by(() => sortByPlace(this.errors, (error) => error.path, this.known));
  own = $derived.by(() => ownFindings(this.findings ?? [], this.doc.id));
  findingsByPlace = $derived.by(() =>
    sortByPlace(this.own, (finding) => findingPath(finding, this.doc), this.known),
  );

  constructor(
    readonly form: FormInfo,
    /** What is under the pen, as the server last said it; null: nobody has saved it yet. */
    readonly row: AgreementRow | null,
    doc: AgreementDoc,
    api: AgreementsApi,
    readonly home: string,
  ) {
    this.saved = $state.snapshot(doc) as AgreementDoc;
    this.doc = structuredClone(this.saved);
    this.checker = new Latest(
      (input) => api.check({ document: input }),
      (answer) => {
        this.check = answer;
        this.checkState = 'checked';
        // A text that cannot be read has no findings, and asking for them would be an error.
        if (!answer.ok) this.findings &&= [];
        else if (this.findings !== null) this.linter.give(this.plain());
      },
      () => (this.checkState = 'unreachable'),
    );
    this.linter = new Latest(
      (input) => api.lint({ document: input }),
      (found) => (this.findings = found),
      (error) => {
        if (error instanceof Problem && [404, 405].includes(error.status)) this.findings = null;
      },
      0,
    );
  }

  static of(form: FormInfo, row: AgreementRow, api: AgreementsApi, home: string): Draft {
    return new Draft(form, row, documentOf(row), api, home);
  }

  /** The document as plain data. */
  plain(): AgreementDoc {
    return $state.snapshot(this.doc) as AgreementDoc;
  }

  /** Called whenever the document has changed. */
  changed(): void {
    this.checkState = 'waiting';
    this.linter.stop();
    this.checker.give(this.plain());
  }

  stop(): void {
    this.checker.stop();
    this.linter.stop();
  }

  addClause(kind: KindInfo): ClauseDoc {
    const inGroup = (clause: ClauseDoc) => this.groupOf(clause) === kind.group;
    const clause = newClause(kind, nextClauseId(this.doc.clauses, inGroup));
    this.doc.clauses.splice(placeFor(this.doc.clauses, inGroup), 0, clause);
    return clause;
  }

  removeClause(index: number): void {
    this.doc.clauses.splice(index, 1);
  }

  kindOf(clause: ClauseDoc): KindInfo | null {
    return this.form.kinds.find((kind) => kind.type === clause.type) ?? null;
  }

  groupOf(clause: ClauseDoc): string {
    return this.kindOf(clause)?.group ?? 'legal';
  }

  addable(group: string): KindInfo[] {
    return addableKinds(this.form.kinds, this.doc.clauses).filter((kind) => kind.group === group);
  }

  sentenceOf(clause: ClauseDoc): string {
    return this.check?.sentences?.[clause.id] ?? '';
  }

  /** The hash of the text that these terms make, computed here; null where they make none yet. */
  async hash(): Promise<string | null> {
    return this.check?.text ? sha256Hex(this.check.text) : null;
  }
}
