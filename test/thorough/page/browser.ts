import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { launch } from 'puppeteer-core'
import type { Browser, Page } from 'puppeteer-core'
import { haveTool } from '../../helpers/tool.ts'

/** Where Debian has it. */
export const CHROMIUM = '/usr/bin/chromium'

/** Nothing but what a test asks for leaves the browser. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A test that needs a browser. One after the other: a page that another one hides rests. */
export const inBrowser = haveTool(CHROMIUM) ? test.serial : test.serial.skip

/** How a page of a test begins. */
export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
  readonly isStill?: boolean
}

/** A page, with what went wrong in it. */
export interface TestPage {
  readonly page: Page
  /** Errors and warnings of the console, and exceptions. Violations of the Content-Security-Policy are among them. */
  readonly problems: string[]
}

/** One browser for a file of tests, which starts with the first page and ends with the tests. */
export class TestBrowser {
  #browser: Promise<Browser> | null = null

  readonly #profile = mkdtempSync(join(tmpdir(), 'headcount-browser-'))

  constructor() {
    test.after.always(async () => {
      await (await this.#browser)?.close()
      rmSync(this.#profile, { recursive: true, force: true })
    })
  }

  /** Opens a page that is closed at the end of the test. */
  async open(t: ExecutionContext, url: string, options: PageOptions = {}): Promise<TestPage> {
    const { width = 1280, height = 900, theme = 'light', isStill = false } = options
    this.#browser ??= launch({
      executablePath: CHROMIUM,
      headless: true,
      userDataDir: this.#profile,
      args: ARGS,
    })
    const page = await (await this.#browser).newPage()
    t.teardown(() => page.close())
    page.setDefaultTimeout(15_000)
    const problems: string[] = []
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.setViewport({ width, height })
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: isStill ? 'reduce' : 'no-preference' },
    ])
    await page.goto(url, { waitUntil: 'load' })
    return { page, problems }
  }
}

/** The text of the first element that matches a selector, as it is in the document; '' if there is none. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return page.evaluate((css) => document.querySelector(css)?.textContent ?? '', selector)
}

/** Resolves when an element that matches a selector has this text in it. Rejects with what is there instead. */
export async function untilText(page: Page, selector: string, text: string): Promise<void> {
  const isThere = (css: string, wanted: string) =>
    [...document.querySelectorAll(css)].some((one) => one.textContent.includes(wanted))
  await page.waitForFunction(isThere, {}, selector, text).catch(async (error: unknown) => {
    const seen = await page.$$eval(selector, (all) => all.slice(0, 9).map((one) => one.textContent))
    throw new Error(`no ${selector} has "${text}": ${JSON.stringify(seen)}`, { cause: error })
  })
}

/** Resolves when the page has this path. */
export async function untilPath(page: Page, path: string): Promise<void> {
  await page
    .waitForFunction((wanted) => location.pathname === wanted, {}, path)
    .catch((error: unknown) => {
      throw new Error(`not ${path}, but ${page.url()}`, { cause: error })
    })
}
