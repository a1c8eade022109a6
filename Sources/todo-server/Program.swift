import Foundation

/// The process: signals first, so that none is missed from the beginning on, then the log, then the server.
@main
enum Program {
  static func main() {
    // Its thread for timers asks for a priority that a service may not have, and says so in the system's log.
    setenv("LIBDISPATCH_LOG", "NO", 0)
    let stop = StopSignal()
    let log = LogWriter(to: FileHandle.standardError.fileDescriptor)
    let server = parsed(stop)
    Task.detached {
      let status = await server.run(until: stop, log: log)
      end(status, log)
    }
    // Nothing else is done on this thread, so nothing that is slow or stuck holds up the end.
    stop.wait()
    Thread.sleep(forTimeInterval: StopSignal.patience)
    log.add(LogLines.line(.warning, "the stop has taken too long: what is under way is given up"))
    // Not a failure: what was acknowledged is on the disk, and what was not has been given up.
    end(0, log)
  }

  /// Returns the server that is asked for. Any other command is carried out, and ends the process.
  private static func parsed(_ stop: StopSignal) -> TodoServer {
    do {
      var command = try TodoServer.parseAsRoot()
      if let server = command as? TodoServer { return server }
      // It leaves nothing half done that anybody would take for whole.
      stop.letThrough()
      try command.run()
      TodoServer.exit()
    } catch {
      TodoServer.exit(withError: error)
    }
  }

  /// Ends the process without the C library's own steps, which may wait for threads that are stuck.
  private static func end(_ status: Int32, _ log: LogWriter) -> Never {
    // Nobody may be reading.
    log.flush(within: 0.1)
    _exit(status)
  }
}
