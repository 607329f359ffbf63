import { rmSync, statSync } from 'node:fs'
import { History } from '/work/wt/history/src/history/history.ts'
import { PollBatch } from '/work/wt/history/src/history/poll-batch.ts'
const N = Number(process.argv[2] ?? 1e6), MIN = Number(process.argv[3] ?? 10)
const file = process.env.HFILE ?? '/tmp/hb.db'
for (const s of ['','-wal','-shm','-lock']) rmSync(file+s,{force:true})
let now = Date.UTC(2026,0,5)
const h = History.open(file,{sizeLimit:1e10,now:()=>now,warn:console.log})
const cpu=()=>process.cpuUsage().user/1e6+process.cpuUsage().system/1e6
let c0=cpu()
const ids = h.urls(Array.from({length:N},(_, i)=>({key:`https://host${i%50000}.example.com/path/${i}`,name:`https://host${i%50000}.example.com/path/${i}`,labels:''})))
console.log('urls', (cpu()-c0).toFixed(2),'s', (statSync(file).size/1e6).toFixed(1),'MB')
// order in which they are polled
const order = ids.slice(); for(let i=N-1;i>0;i--){const j=Math.floor(Math.random()*(i+1));const x=order[i]!;order[i]=order[j]!;order[j]=x}
const base = Float32Array.from({length:N},()=>20*Math.exp(Math.random()*3))
const batch = new PollBatch(); const B=4000
const per2s = Math.round(N/30)
let pos=0; c0=cpu(); let maxFlush=0, rec=0, fl=0
const wall=performance.now()
for(let tick=0;tick<MIN*30;tick++){
  let left=per2s
  while(left>0){ const n=Math.min(B,left); batch.clear()
    for(let k=0;k<n;k++){ const id=order[pos]!; pos=(pos+1)%N; const ms=base[id-1]!*Math.exp((Math.random()+Math.random()-1)*0.4)
      const r=Math.random(); batch.add(id, now+Math.floor(2000*(1-left/per2s)+ (k/n)*100), r<0.0005?1:0, r<0.0005?3:0, 200, ms, null) }
    const a=cpu(); h.record(batch); rec+=cpu()-a; left-=n }
  now+=2000
  const a=cpu(); h.flush(); const d=cpu()-a; fl+=d; if(d>maxFlush)maxFlush=d
}
const total=rec+fl
console.log(`record ${rec.toFixed(2)} s, flush ${fl.toFixed(2)} s, longest ${maxFlush.toFixed(3)}; share ${(total/(MIN*60)*100).toFixed(2)} % of a core; rss ${(process.memoryUsage.rss()/1e6).toFixed(0)} MB; wall ${((performance.now()-wall)/1000).toFixed(1)}`)
const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
const d = new DatabaseSync(file,{readOnly:true})
for (const t of ['polls','sums_5m','sums_1h','sums_1d','journal']) console.log(t, d.prepare(`select count(*) n, sum(length(${t==='journal'?'polls':'data'})) b from ${t}`).get())
let a=performance.now(); h.series(500,now-864e5,now,300000); console.log('day', performance.now()-a)
a=performance.now(); h.polls(500,50); console.log('polls', performance.now()-a)
console.log((statSync(file).size/1e6).toFixed(1),'MB')
h.close()
