import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { Room } from './layout.ts'

/** Narrower walls have strips, in CSS pixels. */
const NARROW = 560

/** The room of an element, which gets the ref, without its padding; null before it is known. */
export function useRoomOf(): [Room | null, RefObject<HTMLDivElement | null>] {
  const area = useRef<HTMLDivElement | null>(null)
  const [room, setRoom] = useState<Room | null>(null)
  useLayoutEffect(() => {
    const element = area.current
    if (element === null) return
    const measure = () => {
      const width = Math.floor(element.clientWidth)
      const isNarrow = width < NARROW
      // A phone's address bar changes the height while it is scrolled: the screen's does not change.
      const height = isNarrow ? Math.max(96, screen.height * 0.4 - 60) : Math.max(200, innerHeight * 0.3)
      setRoom((last) =>
        last !== null && last.width === width && (isNarrow || Math.abs(last.height - height) < 40)
          ? last
          : { width, height, isNarrow },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    addEventListener('resize', measure)
    return () => {
      observer.disconnect()
      removeEventListener('resize', measure)
    }
  }, [])
  return [room, area]
}
