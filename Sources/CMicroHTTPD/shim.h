#pragma once
#include <microhttpd.h>
#include <sys/epoll.h>
#include <sys/socket.h>

// Swift cannot call variadic functions, and libmicrohttpd's constructor and getters are variadic.
// sys/epoll.h is not part of Swift's Glibc module, and accept4 is hidden in it behind _GNU_SOURCE.

int accept4(int listener, struct sockaddr *peer, socklen_t *length, int flags);

typedef struct {
  unsigned int idle_timeout_seconds;
  size_t connection_memory;
  MHD_AccessHandlerCallback access;
  void *(*request_line)(void *context, const char *target, struct MHD_Connection *connection);
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
  void *context;
} bookend_mhd_settings;

/// An event loop on one thread, without a listening socket: connections come by MHD_add_connection.
/// The connection limit is lifted because reaching it here leaves 0.9.75 with a locked mutex
/// (`new_connection_process_` in its daemon.c); the acceptor counts instead.
static inline struct MHD_Daemon *bookend_mhd_start(const bookend_mhd_settings *settings) {
  return MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC
          | MHD_USE_NO_LISTEN_SOCKET,
      0, NULL, NULL, settings->access, settings->context,
      MHD_OPTION_CONNECTION_LIMIT, ~0u >> 1,
      MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_timeout_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connection_memory,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_URI_LOG_CALLBACK, settings->request_line, settings->context,
      MHD_OPTION_NOTIFY_COMPLETED, settings->completed, settings->context,
      MHD_OPTION_NOTIFY_CONNECTION, settings->connection, settings->context,
      MHD_OPTION_END);
}

/// The peer's address, owned by the connection; NULL when there is none.
static inline const struct sockaddr *bookend_mhd_peer(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info ? info->client_addr : NULL;
}

/// The connection's socket; -1 when it has none.
static inline int bookend_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

/// What the connection callback has stored for the connection; NULL when nothing.
static inline void *bookend_mhd_socket_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

/// Bytes of the request line and the headers together; 0 before they have been read.
static inline size_t bookend_mhd_header_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}
