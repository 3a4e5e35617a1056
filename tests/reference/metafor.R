# Regenerates metafor.json: published meta-analyses as metafor computes them.
#
#   Rscript tests/reference/metafor.R tests/reference/metafor.json
#
# metafor (GPL) is the oracle of the tests only; nothing of it is in the package. The iterative
# estimators run to 1e-12 of the variance of the estimates instead of metafor's usual 1e-5, so that both sides stand at the optimum
# and a tolerance of 1e-6 compares definitions, not stopping rules.

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
  library(jsonlite)
})

datasets <- list(
  "dat.bcg" = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  "dat.li2007" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007),
  "dat.egger2001" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001),
  "dat.hackshaw1998" = dat.hackshaw1998,
  "dat.normand1999" = escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                             n2i = n2i, data = dat.normand1999),
  "dat.molloy2014" = escalc("ZCOR", ri = ri, ni = ni, data = dat.molloy2014),
  "dat.raudenbush1985" = dat.raudenbush1985,
  "dat.mcdaniel1994" = escalc("ZCOR", ri = ri, ni = ni, data = dat.mcdaniel1994),
  "dat.linde2005" = escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.linde2005),
  "dat.nielweise2007" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007),
  "dat.lee2004" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.lee2004),
  "dat.gibson2002" = escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                            n2i = n2i, data = dat.gibson2002),
  "dat.collins1985b (pre-eclampsia)" = escalc("OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci,
                                              n2i = pre.nci, data = dat.collins1985b),
  "dat.yusuf1985 (6)" = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.yusuf1985,
                               subset = table == "6", add = 1 / 2, to = "only0"),
  "dat.bangertdrowns2004" = dat.bangertdrowns2004,
  "dat.laopaiboon2015" = escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.laopaiboon2015)
)

tight <- function(yi) list(threshold = 1e-12 * max(1, var(yi)), maxiter = 1e6, stepadj = 1,
                            tol = .Machine$double.eps^0.75, tau2.max = 1e5)

statistics <- function(data) {
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  yi <- as.numeric(data$yi)
  vi <- as.numeric(data$vi)
  fit <- function(method, test = "z") rma(yi, vi, method = method, test = test, control = tight(yi))
  reml <- fit("REML", "knha")
  fixed <- rma(yi, vi, method = "EE")
  predicted <- predict(reml)
  spread <- confint(reml, control = list(tau2.max = 1e5, tol = 1e-14, maxiter = 100000))$random
  egger <- regtest(reml)
  egger_z <- regtest(fit("REML"))
  classical <- regtest(reml, model = "lm")
  without <- leave1out(reml)
  wald <- fit("REML")
  list(
    yi = yi, vi = vi, k = reml$k,
    estimate = reml$b[1], se = reml$se, p = reml$pval, ci = c(reml$ci.lb, reml$ci.ub),
    pi = c(predicted$pi.lb, predicted$pi.ub),
    tau2 = reml$tau2, tau2_ci = as.numeric(spread["tau^2", c("ci.lb", "ci.ub")]),
    i2 = reml$I2, q = reml$QE, q_p = reml$QEp,
    weights = as.numeric(weights(reml)),
    wald = list(se = wald$se, ci = c(wald$ci.lb, wald$ci.ub), p = wald$pval,
                pi = c(predict(wald)$pi.lb, predict(wald)$pi.ub)),
    tau2_by_method = list(DL = fit("DL")$tau2, PM = fit("PM")$tau2, ML = fit("ML")$tau2),
    fixed = list(estimate = fixed$b[1], se = fixed$se, ci = c(fixed$ci.lb, fixed$ci.ub)),
    egger = list(statistic = egger$zval, p = egger$pval, p_z = egger_z$pval,
                 slope = as.numeric(egger$fit$b[2]), limit = as.numeric(egger$est)),
    egger_classical = list(statistic = classical$zval, p = classical$pval, limit = as.numeric(classical$est)),
    leave_one_out = list(estimate = as.numeric(without$estimate), tau2 = as.numeric(without$tau2),
                         ci_low = as.numeric(without$ci.lb), ci_high = as.numeric(without$ci.ub))
  )
}

effect_sizes <- function() {
  md <- dat.normand1999[1, ]
  table <- dat.bcg[1, ]
  one <- function(measure, ...) {
    out <- escalc(measure, ...)
    list(yi = as.numeric(out$yi), vi = as.numeric(out$vi))
  }
  two <- function(measure) one(measure, m1i = md$m1i, sd1i = md$sd1i, n1i = md$n1i,
                               m2i = md$m2i, sd2i = md$sd2i, n2i = md$n2i)
  four <- function(measure, ai, n1i, ci, n2i) one(measure, ai = ai, n1i = n1i, ci = ci, n2i = n2i)
  list(
    arms = as.list(md[c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]),
    MD = two("MD"), SMD = two("SMD"),
    events = list(ai = table$tpos, n1i = table$tpos + table$tneg, ci = table$cpos,
                  n2i = table$cpos + table$cneg),
    RR = four("RR", table$tpos, table$tpos + table$tneg, table$cpos, table$cpos + table$cneg),
    OR = four("OR", table$tpos, table$tpos + table$tneg, table$cpos, table$cpos + table$cneg),
    zero_events = list(ai = 0, n1i = 20, ci = 3, n2i = 21),
    RR_zero = four("RR", 0, 20, 3, 21), OR_zero = four("OR", 0, 20, 3, 21)
  )
}

reference <- list(
  made_with = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                   metadat = as.character(packageVersion("metadat"))),
  datasets = lapply(datasets, statistics),
  effect_sizes = effect_sizes()
)

out <- commandArgs(trailingOnly = TRUE)
if (length(out) != 1) stop("Give the JSON file to write: Rscript metafor.R metafor.json")
write_json(reference, out, auto_unbox = TRUE, digits = NA, pretty = FALSE, na = "null")
