/** Memory that this process has in RAM, in bytes. Where there is no /proc under Linux: the most that it has had. */
export function residentBytes(): number {
  try {
    return process.memoryUsage.rss()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // In KiB on every system.
    return process.resourceUsage().maxRSS * 1024
  }
}
