# Exact power and true level of planned studies, by enumeration with R's own tests.
#   Rscript make_planning.R OUT.json
# Needs base R only. base = null: the baseline is a fixed share and the test is binom.test, else fisher.test.
out <- commandArgs(TRUE)[1]
p_values <- function(n, base, p0, alternative) { # rows: counts of ours; columns: counts of theirs; mid-p beside it
  if (is.null(base)) { d <- dbinom(0:n, n, p0)
    p <- matrix(vapply(0:n, function(k) binom.test(k, n, p0, alternative=alternative)$p.value, 0))
    return(list(p=p, mid=p - matrix(d)/2)) }
  p <- outer(0:n, 0:base, Vectorize(function(a, c)
    fisher.test(rbind(c(a, n-a), c(c, base-c)), alternative=alternative)$p.value))
  list(p=p, mid=p - outer(0:n, 0:base, function(a, c) dhyper(a, n, base, a+c))/2) }
chance <- function(r, n, base, share, p0)
  if (is.null(base)) sum(dbinom(0:n, n, share)*r) else sum(outer(dbinom(0:n, n, share), dbinom(0:base, base, p0))*r)
largest <- function(r, n, base) { # over all shares that both groups may have: 2001 of them, then refined
  g <- seq(0, 1, length.out=2001); f <- function(q) chance(r, n, base, q, q); v <- vapply(g, f, 0); i <- which.max(v)
  max(v, optimize(f, c(g[max(1, i-1)], g[min(2001, i+1)]), maximum=TRUE, tol=1e-12)$objective) }
case <- function(n, share, base, p0, alpha=0.05, alternative="two.sided") {
  v <- p_values(n, base, p0, alternative); rejected <- list(v$p <= alpha, v$mid <= alpha)
  list(n=n, share=share, base=base, baseline_share=p0, alpha=alpha, alternative=sub("\\.", "-", alternative),
    power=vapply(rejected, chance, 0, n=n, base=base, share=share, p0=p0),
    size=vapply(rejected, function(r) if (is.null(base)) chance(r, n, base, p0, p0) else largest(r, n, base), 0)) }
cases <- list(
  case(48, 0.10, 429, 1/3), case(48, 0.15, 429, 1/3), case(48, 0.20, 429, 1/3), case(39, 0.64, 429, 0.4),
  case(55, 0.64, 100, 0.4), case(20, 0.64, 30, 0.4, 0.1), case(30, 0.64, 20, 0.4, 0.05, "greater"),
  case(20, 0.10, 30, 0.4, 0.05, "less"), case(30, 0.10, 20, 0.4, 0.05, "less"),
  case(36, 0.64, NULL, 0.4), case(48, 4/48, NULL, 0.16/3), case(25, 0.7, NULL, 0.4, 0.01, "greater"))
word <- function(v) if (is.null(v)) "null" else if (is.character(v)) sprintf('"%s"', v) else
  if (length(v) > 1) sprintf("[%s]", paste(sprintf("%.15g", v), collapse=", ")) else sprintf("%.15g", v)
row <- function(l) sprintf("    {%s}", paste(sprintf('"%s": %s', names(l), vapply(l, word, "")), collapse=", "))
writeLines(c("{", sprintf('  "generator": "make_planning.R",\n  "r_version": "%s",\n  "cases": [', R.version.string),
  paste(vapply(cases, row, ""), collapse=",\n"), "  ]", "}"), out)
