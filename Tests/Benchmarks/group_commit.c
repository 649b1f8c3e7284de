// The limit that our writer is measured against: the same group commit without Swift.
//
// Callers put units into a mailbox (one mutex, one condition) and block. One writer takes what lies
// there, gives each unit a savepoint of its own in one transaction, commits with an fsync
// (journal_mode=WAL, synchronous=FULL) and only then wakes the callers that it answered. The
// checkpoint runs on a thread and a connection of its own. `raw` is the same row without callers or
// savepoints: what SQLite itself can take in transactions of a given size.
//
//   group_commit writer CALLERS SECONDS FILE
//   group_commit raw BATCH SECONDS FILE
//
// It prints one line of JSON. FILE is made anew.

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  most_callers = 1024,
  // A transaction of more units than this would make its first caller wait too long for its last.
  most_units = 512,
  // About 4 MB of log: seldom enough to be cheap, soon enough to keep the log in the page cache.
  checkpoint_pages = 1000,
  // Latencies kept for the percentiles; a longer run overwrites the oldest.
  most_samples = 1 << 20,
  payload_bytes = 120,
};

typedef struct unit {
  struct unit *next;
  bool done;
  sem_t answered;
} unit;

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t filled;
  unit *first, **last;
  bool closed;
} mailbox = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &mailbox.first, false};

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t due;
  bool wanted, closed;
  // How far into the log the last checkpoint came.
  atomic_int copied;
} checkpoint = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false, 0};

static const char *path;
static char payload[payload_bytes + 1];
static atomic_bool over;
static atomic_ulong sample_count, commits;
static unsigned samples[most_samples];

typedef struct {
  sqlite3 *database;
  sqlite3_stmt *begin, *commit, *savepoint, *release, *insert;
} writing;

static void fail(const char *what, sqlite3 *database) {
  fprintf(stderr, "%s: %s\n", what, database ? sqlite3_errmsg(database) : strerror(errno));
  exit(1);
}

static unsigned long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (unsigned long)now.tv_sec * 1000000000ul + (unsigned long)now.tv_nsec;
}

// The database

static void execute(sqlite3 *database, const char *sql) {
  if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, database);
}

static sqlite3 *open_database(void) {
  sqlite3 *database;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path, &database, flags, NULL) != SQLITE_OK) fail(path, database);
  execute(database, "PRAGMA journal_mode=WAL");
  execute(database, "PRAGMA synchronous=FULL");
  execute(database, "PRAGMA wal_autocheckpoint=0");
  sqlite3_busy_timeout(database, 5000);
  return database;
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL))
    fail(sql, database);
  return statement;
}

static void step(writing *w, sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_sql(statement), w->database);
  sqlite3_reset(statement);
}

static int pages_written(void *context, sqlite3 *database, const char *name, int pages) {
  (void)context, (void)database, (void)name;
  // A log that is shorter than what was copied of it has begun again from its start.
  const int copied = atomic_load(&checkpoint.copied);
  if (pages - (pages < copied ? 0 : copied) < checkpoint_pages) return SQLITE_OK;
  pthread_mutex_lock(&checkpoint.mutex);
  checkpoint.wanted = true;
  pthread_cond_signal(&checkpoint.due);
  pthread_mutex_unlock(&checkpoint.mutex);
  return SQLITE_OK;
}

static writing open_writing(void) {
  writing w = {.database = open_database()};
  execute(
      w.database,
      "CREATE TABLE units(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL,"
      " run_at INTEGER NOT NULL, state TEXT NOT NULL) STRICT");
  sqlite3_wal_hook(w.database, pages_written, NULL);
  w.begin = prepare(w.database, "BEGIN IMMEDIATE");
  w.commit = prepare(w.database, "COMMIT");
  w.savepoint = prepare(w.database, "SAVEPOINT unit");
  w.release = prepare(w.database, "RELEASE unit");
  w.insert = prepare(
      w.database, "INSERT INTO units(kind, payload, run_at, state) VALUES(?1, ?2, ?3, ?4)");
  return w;
}

static void insert_row(writing *w) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  sqlite3_bind_text(w->insert, 1, "booking", -1, SQLITE_STATIC);
  sqlite3_bind_text(w->insert, 2, payload, payload_bytes, SQLITE_STATIC);
  sqlite3_bind_int64(w->insert, 3, now.tv_sec * 1000 + now.tv_nsec / 1000000);
  sqlite3_bind_text(w->insert, 4, "available", -1, SQLITE_STATIC);
  step(w, w->insert);
}

static void *run_checkpoints(void *context) {
  (void)context;
  sqlite3 *database = open_database();
  pthread_mutex_lock(&checkpoint.mutex);
  while (!checkpoint.closed) {
    if (!checkpoint.wanted) {
      pthread_cond_wait(&checkpoint.due, &checkpoint.mutex);
      continue;
    }
    checkpoint.wanted = false;
    pthread_mutex_unlock(&checkpoint.mutex);
    int pages = 0, copied = 0;
    sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
    atomic_store(&checkpoint.copied, copied);
    pthread_mutex_lock(&checkpoint.mutex);
  }
  pthread_mutex_unlock(&checkpoint.mutex);
  sqlite3_close(database);
  return NULL;
}

// The writer

// Blocks until units lie in the mailbox; NULL once it is closed and empty.
static unit *take_units(void) {
  pthread_mutex_lock(&mailbox.mutex);
  while (!mailbox.first && !mailbox.closed) pthread_cond_wait(&mailbox.filled, &mailbox.mutex);
  unit *taken = mailbox.first, *end = taken;
  for (int count = 1; end && end->next && count < most_units; count++) end = end->next;
  if (end) {
    mailbox.first = end->next;
    if (!mailbox.first) mailbox.last = &mailbox.first;
    end->next = NULL;
  }
  pthread_mutex_unlock(&mailbox.mutex);
  return taken;
}

static void *run_writer(void *context) {
  writing *w = context;
  for (unit *taken = take_units(); taken; taken = take_units()) {
    step(w, w->begin);
    for (unit *u = taken; u; u = u->next) {
      step(w, w->savepoint);
      insert_row(w);
      step(w, w->release);
    }
    step(w, w->commit);
    commits++;
    for (unit *u = taken, *next; u; u = next) {
      next = u->next;
      u->done = true;
      sem_post(&u->answered);
    }
  }
  return NULL;
}

static void *run_caller(void *context) {
  atomic_ulong *committed = context;
  unit mine = {0};
  sem_init(&mine.answered, 0, 0);
  unsigned long count = 0;
  while (!atomic_load_explicit(&over, memory_order_relaxed)) {
    const unsigned long began = nanoseconds();
    mine.next = NULL;
    mine.done = false;
    pthread_mutex_lock(&mailbox.mutex);
    const bool was_empty = !mailbox.first;
    *mailbox.last = &mine;
    mailbox.last = &mine.next;
    if (was_empty) pthread_cond_signal(&mailbox.filled);
    pthread_mutex_unlock(&mailbox.mutex);
    while (sem_wait(&mine.answered) != 0) continue;
    if (!mine.done) fail("answered before the commit", NULL);
    count++;
    const unsigned long slot = atomic_fetch_add_explicit(&sample_count, 1, memory_order_relaxed);
    samples[slot % most_samples] = (unsigned)((nanoseconds() - began) / 1000);
  }
  atomic_fetch_add(committed, count);
  return NULL;
}

// The two measurements

static int by_value(const void *a, const void *b) {
  const unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;
  return (left > right) - (left < right);
}

static void pause_for(double seconds) {
  struct timespec rest = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  while (nanosleep(&rest, &rest) != 0) continue;
}

static void verify(writing *w, unsigned long expected) {
  sqlite3_stmt *statement = prepare(w->database, "SELECT count(*) FROM units");
  if (sqlite3_step(statement) != SQLITE_ROW) fail("count", w->database);
  if ((unsigned long)sqlite3_column_int64(statement, 0) != expected) fail("a unit is lost", NULL);
  sqlite3_finalize(statement);
}

static void measure_writer(writing *w, int callers, double seconds) {
  pthread_t writer, threads[most_callers];
  atomic_ulong committed = 0;
  pthread_create(&writer, NULL, run_writer, w);
  const unsigned long began = nanoseconds();
  for (int i = 0; i < callers; i++) pthread_create(&threads[i], NULL, run_caller, &committed);
  pause_for(seconds);
  atomic_store(&over, true);
  for (int i = 0; i < callers; i++) pthread_join(threads[i], NULL);
  const double elapsed = (double)(nanoseconds() - began) / 1e9;

  pthread_mutex_lock(&mailbox.mutex);
  mailbox.closed = true;
  pthread_cond_signal(&mailbox.filled);
  pthread_mutex_unlock(&mailbox.mutex);
  pthread_join(writer, NULL);
  verify(w, committed);

  const size_t kept = sample_count < most_samples ? sample_count : most_samples;
  qsort(samples, kept, sizeof samples[0], by_value);
  printf(
      "{\"measure\": \"c-writer\", \"callers\": %d, \"unitsPerSecond\": %.0f,"
      " \"unitsPerCommit\": %.1f, \"p50Microseconds\": %u, \"p99Microseconds\": %u}\n",
      callers, (double)committed / elapsed,
      (double)committed / (double)commits, samples[kept / 2], samples[kept * 99 / 100]);
}

static void measure_raw(writing *w, int batch, double seconds) {
  unsigned long count = 0;
  const unsigned long began = nanoseconds();
  while ((double)(nanoseconds() - began) / 1e9 < seconds) {
    step(w, w->begin);
    for (int i = 0; i < batch; i++) insert_row(w);
    step(w, w->commit);
    count += (unsigned long)batch;
  }
  const double elapsed = (double)(nanoseconds() - began) / 1e9;
  verify(w, count);
  printf(
      "{\"measure\": \"c-raw\", \"batch\": %d, \"unitsPerSecond\": %.0f}\n", batch,
      (double)count / elapsed);
}

int main(int count, char **arguments) {
  const bool writer = count == 5 && strcmp(arguments[1], "writer") == 0;
  const bool raw = count == 5 && strcmp(arguments[1], "raw") == 0;
  const int size = count == 5 ? atoi(arguments[2]) : 0;
  const double seconds = count == 5 ? atof(arguments[3]) : 0;
  if (!(writer || raw) || size < 1 || size > most_callers || seconds <= 0) {
    fprintf(stderr, "usage: group_commit writer|raw CALLERS|BATCH SECONDS FILE\n");
    return 64;
  }
  path = arguments[4];
  const char *suffixes[] = {"", "-wal", "-shm"};
  for (int i = 0; i < 3; i++) {
    char name[4096];
    snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    unlink(name);
  }
  memset(payload, 'p', payload_bytes);
  writing w = open_writing();
  pthread_t checkpointer;
  pthread_create(&checkpointer, NULL, run_checkpoints, NULL);
  if (writer) measure_writer(&w, size, seconds);
  if (raw) measure_raw(&w, size, seconds);
  pthread_mutex_lock(&checkpoint.mutex);
  checkpoint.closed = true;
  pthread_cond_signal(&checkpoint.due);
  pthread_mutex_unlock(&checkpoint.mutex);
  pthread_join(checkpointer, NULL);
  return 0;
}
