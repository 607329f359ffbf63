/** Memory that this process has in RAM, in bytes. Where Linux cannot tell, without /proc or a free descriptor: the most that it has had. */
export function residentBytes(): number {
  try {
    return process.memoryUsage.rss()
  } catch {
    // In KiB on every system, and never fails.
    return process.resourceUsage().maxRSS * 1024
  }
}
