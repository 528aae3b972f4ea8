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

/** @brief How a lead in votes becomes a proof.

Notation: ablation `i` votes \f$v_{ic} \in \{0, 1\}\f$ for class `c`, \f$n_c = \sum_i v_{ic}\f$, and a
patch at location `a` touches the ablations \f$A(a)\f$. The label is the class with the largest
\f$n_c\f$, ties to the smaller index; -1 if all of them are 0.
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
certified, a patch that may already be in it did not change the label either.

If no ablation votes for any class there is no label: the frame *abstains*, the label is -1, and nothing holds. A label that
holds cannot be turned into an abstention either.
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

    CV_PROP int label; //!< class with the most votes, ties to the smaller index; -1: no ablation voted (abstains), or an empty certificate
    CV_PROP int votes;            //!< its votes, 0..run.ablations
    CV_PROP int runnerUp;         //!< class with the most votes among the others, ties to the smaller index; -1 if label is
    CV_PROP int runnerUpVotes;    //!< its votes, 0..run.ablations
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

    /** @brief True if no patch of this size can turn the label into one outside the group ("stays a speed limit") or into -1.
    @param group class indices, at least one
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP bool staysIn(const std::vector<int>& group, const Size& patchSize) const;

    /** @brief True if no patch of this size can turn the label into target ("never becomes a stop sign"). It may become -1.
    @param target class index
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP bool neverBecomes(int target, const Size& patchSize) const;

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

    The label is the class with the most votes in all frames. Every frame may contain patches (as many as asked for), with
    a different place and content in each: from the lead \f$\sum_t (n_{tc} - n_{tc'})\f$ frame `t` loses at most what its
    worst location takes, and the rest must be at least \f$[c > c']\f$. staysIn() and neverBecomes() look for one class of the
    group that leads wherever the patches are, which is sound but can be weaker than the exact answer for one frame. Patch
    sizes are in pixels of each frame. safeMap() throws, getVotes() stacks the tables.

    Partial certificates (see Run) are refused with Error::StsBadArg: the pooled label counts the votes that were evaluated,
    and where CertifiedClassifier::Params::earlyStop ends an evaluation depends on what the frame shows, so a patch could remove
    votes that it does not touch. Leave earlyStop empty for frames that are to be pooled.
    @param certificates at least one; the same number of classes in each, none of them partial, at most 2^27 ablations in all
     */
    static CV_WRAP Certificate pool(const std::vector<Certificate>& certificates);

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
 */
CV_EXPORTS_W Certificate certify(
        InputArray votes, const Ablation& ablation, const FrameMap& frame = FrameMap(), int rule = CERTIFICATE_LOCATION);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_CERTIFICATE_HPP
