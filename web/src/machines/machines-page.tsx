import type { Machine } from '../server/answers.ts'
import { useLive } from '../use-live.ts'
import { MachineItem } from './machine-item.tsx'

/** The machines that share the list. */
export function MachinesPage() {
  const { summary } = useLive()
  const cluster = summary?.cluster
  if (summary === null) return <h1>Machines</h1>
  if (cluster === undefined)
    return (
      <>
        <h1>Machines</h1>
        <p class="card note">This headcount polls alone: it has no --cluster.</p>
      </>
    )
  const up = cluster.machines.filter((machine) => machine.up).length
  const gone = cluster.machines.length - up
  const place = ({ zone = '', node }: Machine) => `${zone} ${node}`
  const sorted = cluster.machines.toSorted((one, other) => place(one).localeCompare(place(other)))
  const hasZones = cluster.machines.some(({ zone }) => zone !== undefined)
  return (
    <>
      <h1>
        {!cluster.ready && <em>There is no contact with the server of the cluster.</em>}
        {cluster.ready && gone > 0 && (
          <em>
            {gone} of {cluster.machines.length} machines {gone === 1 ? 'is' : 'are'} gone.
          </em>
        )}
        {cluster.ready && gone === 0 && (up === 1 ? 'One machine polls.' : `All ${up} machines are up.`)}
      </h1>
      <p class="sub">
        {cluster.ready
          ? `Each URL is polled by one of them at a time${hasZones ? ' in each zone' : ''}; what one had that is gone, the others take.`
          : 'Nothing is polled until there is, and nothing is known of the other machines.'}
      </p>
      <ul class="card machines">
        {sorted.map((machine) => (
          <MachineItem key={machine.node} of={machine} urls={summary.urls} />
        ))}
      </ul>
    </>
  )
}
