import DatastarLocking

/// What the system says of this process, for the figures that Prometheus' own clients have of theirs.
public enum ProcessFigures {
  /// Seconds of processor time, in the process and for it in the kernel.
  public static var processorSeconds: Double {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// The seconds since 1970.
  public static var now: Double {
    var time = timeval()
    gettimeofday(&time, nil)
    return seconds(time)
  }

  /// Bytes of memory that are in use; nil where the system has no `/proc`.
  public static var residentBytes: Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let fields = line.prefix { $0 != 0 }.split(separator: CChar(UInt8(ascii: " ")))
    guard fields.count > 1 else { return nil }
    let pages = fields[1].reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// How many descriptors are open; nil where the system does not say. Takes longer the more there are.
  public static var openDescriptors: Int? {
    guard let folder = opendir("/dev/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Without `.`, `..` and what it is read by.
    return max(count - 3, 0)
  }

  /// How many descriptors there may be.
  public static var descriptorLimit: Int {
    var limit = rlimit()
    #if canImport(Glibc)
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      getrlimit(RLIMIT_NOFILE, &limit)
    #endif
    return Int(clamping: limit.rlim_cur)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
  }
}
