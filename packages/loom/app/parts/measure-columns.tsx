import type { Latency } from '../../src/dashboard/contract/figures.js';
import { count } from '../format.js';
import type { Column } from './table.js';
import { Duration, Errors, Time } from './text.js';

interface Measured {
  readonly errors: number;
  readonly latency: Latency;
  readonly lastAt: number;
}

type Percentile = keyof Latency;

/** Columns of tools, clients and groups: calls, failures, latency, last call. */
export function measureColumns<Row extends Measured>(
  { head, last }: { readonly head: string; readonly last?: string },
  requestsOf: (row: Row) => number,
  percentiles: readonly { readonly name: Percentile; readonly isExtra?: boolean }[],
): readonly Column<Row>[] {
  return [
    { head, numeric: true, sort: requestsOf, cell: (row) => count(requestsOf(row)) },
    {
      head: 'Errors',
      numeric: true,
      sort: (row) => row.errors / Math.max(1, requestsOf(row)),
      cell: (row) => <Errors errors={row.errors} calls={requestsOf(row)} />,
    },
    ...percentiles.map(
      ({ name, isExtra = false }): Column<Row> => ({
        head: name,
        isExtra,
        numeric: true,
        sort: (row) => row.latency[name],
        cell: (row) => <Duration ms={row.latency[name]} />,
      }),
    ),
    ...(last === undefined
      ? []
      : [
          {
            head: last,
            isWhen: true,
            numeric: true,
            sort: (row: Row) => row.lastAt,
            cell: (row: Row) => <Time at={row.lastAt} />,
          },
        ]),
  ];
}
