import { gunzipSync } from 'node:zlib'
import type { ExecutionContext } from 'ava'
import protobuf from 'protobufjs'
import { startOrigin } from './origin.ts'

/** The parts of opentelemetry-proto 1.7 (metrics.proto, common.proto, resource.proto) that headcount sends. */
const PROTO = `
syntax = "proto3";
message Request { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message Resource { repeated KeyValue attributes = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; } }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric {
  string name = 1; string description = 2; string unit = 3;
  oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; }
}
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message NumberDataPoint {
  repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
}
message HistogramDataPoint {
  repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  fixed64 count = 4; optional double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7;
}
`

const REQUEST = protobuf.parse(PROTO).root.lookupType('Request')

/** An attribute, as it is sent. */
interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue: string }
}

interface NumberPoint {
  readonly attributes: readonly KeyValue[]
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly asDouble: number
}

interface HistogramPoint {
  readonly count: string
  readonly sum: number
  readonly bucketCounts: readonly string[]
  readonly explicitBounds: readonly number[]
}

/** A metric, as it is sent. */
export interface SentMetric {
  readonly name: string
  readonly unit: string
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] }
  readonly sum?: {
    readonly dataPoints: readonly NumberPoint[]
    readonly aggregationTemporality: number
    readonly isMonotonic: boolean
  }
  readonly histogram?: {
    readonly dataPoints: readonly HistogramPoint[]
    readonly aggregationTemporality: number
  }
}

/** What one request held. */
export interface Pushed {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly path: string
  readonly resource: Readonly<Record<string, string>>
  readonly metrics: readonly SentMetric[]
}

/** Attributes as an object. */
export function attributesOf(pairs: readonly KeyValue[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue]))
}

/** A collector of OpenTelemetry that keeps what it gets. `status` and `body` are what it answers, and may be changed. */
export async function startCollector(t: ExecutionContext) {
  const collector = { url: '', status: 200, body: Buffer.alloc(0), pushes: [] as Pushed[] }
  const { url } = await startOrigin(t, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { headers, url: path = '' } = request
      const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      const { resourceMetrics } = REQUEST.toObject(REQUEST.decode(bytes), {
        longs: String,
        arrays: true,
        defaults: false,
      }) as {
        resourceMetrics: {
          resource: { attributes: KeyValue[] }
          scopeMetrics: { metrics: SentMetric[] }[]
        }[]
      }
      collector.pushes.push({
        headers,
        path,
        resource: attributesOf(resourceMetrics[0]?.resource.attributes ?? []),
        metrics: resourceMetrics.flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap(({ metrics }) => metrics),
        ),
      })
      response.writeHead(collector.status).end(collector.body)
    })
  })
  collector.url = url
  return collector
}
