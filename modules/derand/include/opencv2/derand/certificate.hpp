// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CERTIFICATE_HPP
#define OPENCV_DERAND_CERTIFICATE_HPP

#include "opencv2/derand/ablation.hpp"
#include "opencv2/derand/frame_map.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

//! How the scores of one ablation become votes.
enum VoteRule
{
    VOTE_THRESHOLD = 0, //!< every class whose probability is >= CertifiedClassifier::Params::threshold gets a vote: none, one or several
    VOTE_TOP1 = 1       //!< the class with the highest score gets the vote, ties to the smaller index
};

/** @brief How a lead in votes becomes a proof.

Notation: ablation `i` votes \f$v_{ic} \in \{0, 1\}\f$ for class `c`, \f$n_c = \sum_i v_{ic}\f$, and a
patch at location `a` touches the ablations \f$A(a)\f$. The label is the class with the largest
\f$n_c\f$, ties to the smaller index; -1, "none of these", if that is less than CertifiedClassifier::Params::minVotes. In the
formulas -1 is one more class, after all others, with \f$n = minVotes\f$ votes that no patch touches: where it is `c` or `c'`, it neither
loses nor gains, so \f$|A(a)|\f$ is 0 for `c' = -1`, and \f$D\f$ counts once instead of twice.
 */
enum CertificateRule
{
    /** Every location is checked: \f$\sum_{i \notin A(a)} (v_{ic} - v_{ic'}) \ge |A(a)| + [c > c']\f$
    for all `a` and all \f$c' \ne c\f$. Holds exactly when no answer of a black-box net on the
    touched ablations changes the label. */
    CERTIFICATE_LOCATION = 0,
    /** Theorems 1 and 2 of @cite Levine2020 : \f$n_c \ge n_{c'} + [c > c'] + 2 D\f$ with
    \f$D = \max_a |A(a)|\f$. Implies the location rule. */
    CERTIFICATE_MARGIN = 1
};

/** @brief Elements of a vote table, see certify(): 0 or VOTE_CODE_VOTED, each possibly with VOTE_CODE_EITHER; or
VOTE_CODE_NOT_EVALUATED in a whole row.
 */
enum VoteCode
{
    VOTE_CODE_VOTED = 1,  //!< bit: the ablation voted for the class
    VOTE_CODE_EITHER = 2, //!< bit: within the numeric tolerance, so another run may vote otherwise; the proof assumes the worse
    VOTE_CODE_NOT_EVALUATED = 6 //!< the ablation of this row was not evaluated; the proof assumes any votes
};

/** @brief A label and the proof that no patch can change it.

@code{.cpp}
    const derand::Certificate c = classifier->classify(frame);
    if (c.holds(Size(40, 40)))          // a sticker of 40 x 40 frame pixels, anywhere, showing anything
        open(gate, c.label);
    c.staysIn(speedLimits, Size(60, 60));  // it may become another speed limit, nothing else
    c.neverBecomes(STOP, Size(80, 80));    // it may become anything but a stop sign
    Mat safe;
    c.safeMap(Size(60, 60), safe);         // 0: a sticker whose top-left corner is there might change the label
@endcode

A patch is a rectangle of frame pixels with any content, anywhere in the frame; a side longer than the frame counts as
covering it. What is certified for a patch size is certified for every patch that fits inside it. A certificate keeps the votes,
so it answers for any patch size, group and number of patches without running the net again.

A certificate says that the label cannot be changed, not that it is correct. It works both ways: if the observed frame is
certified, a patch that may already be in it did not change the label either. So "not certified" is by itself a sound alarm.
silent() and detects() are a weaker alarm that is usually rung less often:
@code{.cpp}
    if (c.silent(Size(60, 60)))           // no alarm for stickers of this size
        use(c.label);                     // the label without sticker, if detects() holds for the frame without sticker
@endcode

If no class has CertifiedClassifier::Params::minVotes votes the frame is *rejected*, and the label is -1, "none of these". A certificate
covers this like any label: if it holds, a label is not rejected either, and a rejected frame stays rejected. So look
at the label too before you act. With the default of 1 vote nothing is rejected: the label is -1 only if no ablation votes, the frame
*abstains*, and nothing holds.
 */
class CV_EXPORTS_W_SIMPLE Certificate
{
public:
    //! Statistics of the evaluation behind a certificate; for a pool, the sums over its frames.
    struct CV_EXPORTS_W_SIMPLE Run
    {
        CV_WRAP Run();
        CV_PROP int ablations; //!< number of ablations
        CV_PROP int abstained; //!< ablations that voted for no class
        CV_PROP int invalid; //!< those among them with NaN or Inf in their scores; the proof assumes that they may vote for any class
        CV_PROP int evaluated; //!< ablations that went through the net for this frame; without a net, all rows of the table except those of VOTE_CODE_NOT_EVALUATED
        CV_PROP int reused; //!< ablations whose votes were kept from the last frame, see CertifiedClassifier::Params::reuse. If evaluated + reused < ablations the certificate is *partial*: the evaluation was stopped early, and the proof assumes that the other ablations may vote for any class
        CV_PROP bool onePass; //!< the net got pictures that show many ablations, see CertifiedClassifier::Params::onePass; false for a pool
    };

    CV_WRAP Certificate(); //!< An empty certificate: label -1, nothing holds; safeMap() and getVotes() throw.

    CV_PROP int label; //!< class with the most votes, ties to the smaller index; -1: none of these (rejected), no votes, or an empty certificate
    CV_PROP int votes;         //!< its votes, 0..run.ablations; 0 if the label is -1
    CV_PROP int runnerUp;      //!< class with the most votes among the others, ties to the smaller index; -1 if no ablation voted
    CV_PROP int runnerUpVotes; //!< its votes, 0..run.ablations
    CV_PROP int minVotes;      //!< votes that a label needs; with 1, frames are not rejected
    CV_PROP int lead; //!< votes by which the label is ahead of all other classes and of -1, in the worst case of the numeric tolerance: \f$n_c - \max_{d \ne c} (n_d + [c > d])\f$. A patch can take up to 2 maxAffected() of it. Of a partial certificate (see Run) it is the lead in the worst case of what was not evaluated
    CV_PROP int patch;            //!< side of the largest square patch that the certificate holds for, frame pixels; 0: none
    CV_PROP int inputPatch;       //!< the same in network-input pixels
    CV_PROP Certificate::Run run; //!< statistics of the evaluation

    /** @brief True if no `count` patches of this size, with any content at any place, can change the label.

    Exact for one patch, for several patches on columns and rows, and for two on blocks. For more on blocks, and for the margin
    rule, each patch is assumed to be at the worst place of a single patch.
    @param patchSize size of each patch, frame pixels, >= 1
    @param count number of patches, >= 1; they may overlap
     */
    CV_WRAP bool holds(const Size& patchSize, int count = 1) const;

    /** @brief True if no patch of this size can turn the label into one outside the group ("stays a speed limit").
    @param group class indices, at least one; -1 stands for "none of these"
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP bool staysIn(const std::vector<int>& group, const Size& patchSize) const;

    /** @brief True if no patch of this size can turn the label into target ("never becomes a stop sign"). It may become -1.
    @param target class index
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP bool neverBecomes(int target, const Size& patchSize) const;

    /** @brief True if no patch of this size can turn the frame into one whose k classes with the most votes leave out `target`.

    Exact for one frame and the location rule, if votes are as many as VoteRule allows: with VOTE_TOP1 each touched ablation votes for one
    class, otherwise for any number of them, but not more than 1 / threshold if the votes come from probabilities. It is about the
    classes only: the frame may be rejected (see label), unless staysIn() of all classes is true as well.
    @param k number of classes, >= 1
    @param patchSize size of the patch, frame pixels, >= 1
    @param target class index; -1: the label. If the frame is rejected that is none, and the answer is false
     */
    CV_WRAP bool staysInTop(int k, const Size& patchSize, int target = -1) const;

    /** @brief Number of ablations that a patch can touch: the largest \f$|A(a)|\f$ of all its locations in the frame.
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP int maxAffected(const Size& patchSize) const;

    /** @brief True if the frame raises no alarm: its lead is at least `threshold`. See detects().
    @param patchSize size of the patch, frame pixels, >= 1; it only matters for the default threshold
    @param threshold votes, >= 0; -1: maxAffected(), with which about as many frames are silent as are protected
     */
    CV_WRAP bool silent(const Size& patchSize, int threshold = -1) const;

    /** @brief Certified detection: true if no patch of this size can change the label of this frame *silently*.

    For the frame without a patch. If it holds, every frame that differs from it by a patch has the same label, or is not
    silent() at the same threshold. With \f$R\f$ the votes outside A(a), for all `a` and all \f$c' \ne c\f$:
    \f[\max_{d \ne c'} (R_d + [c' > d]) - R_{c'} + T > |A(a)|\f]
    with 0 for |A(a)| where c' is -1; exact for one frame and the location rule; T = 0 is holds(). For several frames the same d must do
    for all locations. Partial certificates answer for the worst case of what was not evaluated, so leave
    CertifiedClassifier::Params::earlyStop empty where the alarm matters.
    @param patchSize size of the patch, frame pixels, >= 1
    @param threshold T of silent(), votes, >= 0; -1: maxAffected()
    @param group class indices that count as no change, -1 for "none of these"; empty: the label alone
     */
    CV_WRAP bool detects(const Size& patchSize, int threshold = -1, const std::vector<int>& group = std::vector<int>()) const;

    /** @brief Where a patch could change the label.
    @param patchSize size of the patch, frame pixels, >= 1; clamped to the frame
    @param map output, CV_8UC1, one element for each top-left corner of the patch inside the frame,
           `(frame.width - patchSize.width + 1) x (frame.height - patchSize.height + 1)`;
           255 if no content of a patch there can change the label, 0 if that is not proven. For the margin rule, D is
           the number of ablations touched there. At most INT_MAX elements (Error::StsOutOfRange)
     */
    CV_WRAP void safeMap(const Size& patchSize, OutputArray map) const;

    /** @brief The votes behind the certificate, in the form that certify() takes.
    @param table output, CV_8UC1, one row for each ablation and one column for each class, see VoteCode
     */
    CV_WRAP void getVotes(OutputArray table) const;

    /** @brief Certifies several frames together, for example of a camera that watches one object.

    The label is the class with the most votes in all frames; it needs \f$1 + \sum_t (minVotes_t - 1)\f$ of them, so that a class
    that has enough in every frame has enough in all, and one that has too few in every frame has too few. `attacked` frames may
    contain patches (as many as asked for), with a different place and content in each: from the lead
    \f$\sum_t (n_{tc} - n_{tc'})\f$ frame `t` loses at most what its worst location takes, and after the largest `attacked` of these
    losses the rest must be at least \f$[c > c']\f$. staysIn(), neverBecomes() and detects() look for one class that leads wherever the
    patches are, which is sound but can be weaker than the exact answer for one frame. Patch sizes are in pixels of each
    frame. safeMap() throws, getVotes() stacks the tables.

    Partial certificates (see Run) are refused with Error::StsBadArg: the pooled label counts the votes that were evaluated,
    and where CertifiedClassifier::Params::earlyStop ends an evaluation depends on what the frame shows, so a patch could remove
    votes that it does not touch. Leave earlyStop empty for frames that are to be pooled.
    @param certificates at least one; the same number of classes in each, none of them partial, at most 2^27 ablations in all
    @param attacked number of frames that may contain patches, whichever they are; 0: all. Fewer is an assumption of yours
    about the scene, for example that a passing object covers no more than 3 of 10 frames
     */
    static CV_WRAP Certificate pool(const std::vector<Certificate>& certificates, int attacked = 0);

    /** @brief Certifies one frame by several classifiers together: columns and rows, two widths, or two nets.

    The votes add up, and so do, for each location of the patch in the frame, the ablations that it touches: one patch touches the
    columns here and the rows there. The label needs \f$1 + \sum (minVotes - 1)\f$ votes, as in pool(). All answers are as for one
    frame, except that holds() assumes each of several patches at the worst place of a single one, and inputPatch is 0 (unless there is only
    one certificate). For frames of a video, with a patch that may move, use pool().
    run adds up the ablations. See JoinedClassifier.
    @param certificates at least one, all of the same frame; the same number of classes, rule, and size of the frame in
    each, none of them partial (see pool()) or pooled. Certificates that are joined already can be joined again
     */
    static CV_WRAP Certificate join(const std::vector<Certificate>& certificates);

private:
    struct Impl;
    friend struct CertificateMaker;
    explicit Certificate(const Ptr<Impl>& p);

    Ptr<Impl> impl;
};

/** @brief Certifies a vote table that was computed elsewhere.

@code{.cpp}
    Mat_<uchar> votes(columns.count(), classes, (uchar)0); // filled by another framework
    derand::Certificate c = derand::certify(votes, columns);
@endcode

@param votes CV_8UC1, one row for each ablation (Ablation::count() rows), one column for each class
       (at least 2), see VoteCode; the certificate is partial if a row was not evaluated
@param ablation what was retained for each row
@param frame how the frame became the network input; empty: patch sizes are in network-input pixels
@param rule CertificateRule
@param minVotes a class with fewer votes is no label, 1 to Ablation::count()
@param voteRule VoteRule: with VOTE_TOP1, no ablation votes for more than one class (a row that does is refused), which matters for
       Certificate::staysInTop()
 */
CV_EXPORTS_W Certificate certify(InputArray votes, const Ablation& ablation, const FrameMap& frame = FrameMap(),
        int rule = CERTIFICATE_LOCATION, int minVotes = 1, int voteRule = VOTE_THRESHOLD);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_CERTIFICATE_HPP
