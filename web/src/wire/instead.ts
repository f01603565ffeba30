/** What goes to and fro about a request beside its row, by the names that the page uses. */

export type {
  InsteadRow as Instead,
  InsteadUnitRow as InsteadUnit,
  ReceiptRow as Receipts,
  Stage,
} from './generated';
