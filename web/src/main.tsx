import { render } from 'preact'
import { App } from './app.tsx'
import { Live } from './server/live.ts'
import './style.css'
import { LiveContext } from './use-live.ts'

const page = document.querySelector('#page')
if (page !== null)
  render(
    <LiveContext.Provider value={new Live(new URLSearchParams(location.search).get('by'))}>
      <App />
    </LiveContext.Provider>,
    page,
  )
